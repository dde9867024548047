export { DeviceTests } from './device-tests.ts';
export { Maintenance, type MaintenanceOptions } from './maintenance.ts';
