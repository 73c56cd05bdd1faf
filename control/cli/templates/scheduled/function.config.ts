export default {
  name: '{{name}}',
  runtime: '{{runtime}}',
  handler: 'index.default',
  memory: 128, // MB
  timeout: 300, // seconds
  triggers: [
    {
      type: 'schedule',
      cron: '0 0 * * *', // daily at midnight
      timezone: 'UTC',
    },
  ],
};
