export type { BadFrame, SentMessage, ServiceFault, WireHooks } from './hooks.ts';
export type { HttpOptions } from './http.ts';
export { defaultLimits, type WireLimits } from './limits.ts';
export { type ListenerConfig, listenerFaults, type Profile, type Role, type RoleSettings } from './listener.ts';
export { createWireServer, type StartFault, type WireServer, type WireServerOptions } from './server.ts';
export { createStaticFiles, type StaticFiles } from './static-files.ts';
