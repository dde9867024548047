export { VendorApplication } from './vendor-application.ts';
export { VendorMode } from './vendor-mode.ts';
