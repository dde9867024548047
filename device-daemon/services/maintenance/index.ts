export { cardCounts } from './card-counts.ts';
export { type DeviceLines, devicePages } from './device-pages.ts';
export { DeviceTests } from './device-tests.ts';
export { journalReading } from './journal-reading.ts';
export { Maintenance, type MaintenanceOptions } from './maintenance.ts';
export { readinessSlip } from './readiness-slip.ts';
export { type MachineFacts, SelfTest } from './self-test.ts';
