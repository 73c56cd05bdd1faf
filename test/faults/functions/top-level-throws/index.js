import change from './change.js';

throw new Error(`no start, change ${change}`);
