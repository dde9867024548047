import { posix } from 'node:path';
import type { Config } from './schema.ts';

const loopback = /^(127\.|localhost$|::1$|\[::1\]$)/;

/**
 * What the production profile refuses (design.md 3), one line each. Checks that need a device in hand (the name of the
 * PC/SC reader, key check values) are made where the device is.
 */
export function productionMistakes(config: Config): readonly string[] {
  const mistakes: string[] = [];
  const openListener = config.server.deviceClients === 'none';
  const { remote } = config.server;
  if (remote.address !== '') {
    for (const name of ['certificate', 'key', 'clientAuthority'] as const)
      if (remote[name] === '') mistakes.push(`server.remote.${name}: got nothing, server.remote.address wants it`);
    if (remote.allowedHosts.length === 0)
      mistakes.push('server.remote.allowedHosts: got none, server.remote.address wants the names that clients use');
  }
  if (config.server.deviceClients === 'token' && config.server.deviceClientToken.length < 32) {
    mistakes.push('server.deviceClientToken: wants at least 32 characters');
  }
  if (config.profile !== 'production') return mistakes;
  if (openListener) mistakes.push('server.deviceClients: got none, production wants token or off');
  for (const name of [
    'cardReader',
    'cardDispenser',
    'pinPad',
    'printer',
    'identityReader',
    'passportReader',
    'codeScanner',
  ] as const) {
    const port = config.devices[name].port;
    const host = /^tcp:\/\/(.+):\d+$/.exec(port)?.[1];
    if (host !== undefined && !loopback.test(host)) {
      mistakes.push(`devices.${name}.port: got ${port}, production wants no tcp:// off loopback`);
    }
  }
  for (const name of ['cardReader', 'cardDispenser', 'pinPad', 'printer', 'cabinet'] as const) {
    const { driver, provider } = config.devices[name];
    if (driver !== 'xfs4iot' || !URL.canParse(provider.url)) continue;
    const key = `devices.${name}.provider`;
    const host = new URL(provider.url).hostname;
    const secure = provider.url.startsWith('wss:');
    if (!secure && !loopback.test(host))
      mistakes.push(`${key}.url: got ${provider.url}, production wants wss:// off loopback`);
    if (secure && provider.authority === '')
      mistakes.push(`${key}.authority: got nothing, production pins who vouches for the provider`);
  }
  const { cabinet } = config.devices;
  if (cabinet.driver === 'sysfs' && !/^\/sys(\/|$)/.test(posix.normalize(cabinet.folder)))
    mistakes.push(`devices.cabinet.folder: got ${cabinet.folder}, production wants the kernel's own below /sys`);
  if (config.devices.cardReader.driver === 'vpcd')
    mistakes.push('devices.cardReader.driver: got vpcd, production wants pcsc');
  if (/virtual/i.test(config.devices.cardReader.reader)) {
    mistakes.push('devices.cardReader.reader: names a virtual reader, production wants a real one');
  }
  for (const name of ['cardReader', 'cardDispenser', 'pinPad'] as const) {
    const { driver, serialNumber } = config.devices[name];
    // A k720 has no serial number to tell.
    if (driver !== 'none' && driver !== 'k720' && serialNumber === '') {
      mistakes.push(unpinned(name));
    }
  }
  const { identityReader } = config.devices;
  if (identityReader.driver !== 'none' && identityReader.port !== 'none' && identityReader.serialNumber === '')
    mistakes.push(unpinned('identityReader'));
  for (const name of ['cardManagement', 'bankCore', 'credentialsFolder'] as const) {
    if (config.hosts[name] === '') mistakes.push(`hosts.${name}: got nothing, production needs it`);
  }
  if (config.server.frameAncestors.length > 0)
    mistakes.push('server.frameAncestors: production shows the kiosk in no frame');
  return mistakes;
}

const unpinned = (name: keyof Config['devices']): string =>
  `devices.${name}.serialNumber: got nothing, production pins the device (npx kiosk device ${name} identify)`;

/** Why no session may be recorded (design.md 3); undefined: it may. What goes over a real line is somebody's. */
export const recordingRefusal = ({ profile }: Config): string | undefined =>
  profile === 'production'
    ? 'profile: got production, which records no session: a recording holds personal data'
    : undefined;
