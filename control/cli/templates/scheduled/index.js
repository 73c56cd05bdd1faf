// What is to happen each day. `event.scheduledTime` is when it was due, in milliseconds.
export default {
  async scheduled(event) {
    const day = new Date(event.scheduledTime).toISOString().slice(0, 10);
    console.log('cleaning up for', day);
  },

  // Says that it is there, should somebody call it.
  fetch() {
    return Response.json({ schedule: 'daily' });
  },
};
