export default {
  name: '{{name}}',
  runtime: '{{runtime}}',
  handler: 'src/index.handler',
  memory: 128, // MB
  timeout: 30, // seconds
  public: true, // false asks callers for a token
};
