export default {
  name: '{{name}}',
  runtime: '{{runtime}}',
  handler: 'src/index.default',
  memory: 128, // MB
  timeout: 30, // seconds
  public: true, // false asks callers for a token
};
