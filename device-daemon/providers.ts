import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { Config } from './config/index.ts';
import { type Credentials, isLoopback, isOwn, type ProviderSettings } from './drivers/xfs4iot/index.ts';

/** Devices that may stand behind another vendor's service. */
export type ProvidedDevice = 'cardReader' | 'cardDispenser' | 'pinPad' | 'printer' | 'cabinet';

/**
 * The provider that a device's configuration names, its files read. Undefined where there is none, or with `mistakes`,
 * one line each.
 */
export function providerOf(config: Config, name: ProvidedDevice, mistakes: string[]): ProviderSettings | undefined {
  const device = config.devices[name];
  const { url, service } = device.provider;
  if (device.driver !== 'xfs4iot' || url === '') return undefined;
  const key = `devices.${name}.provider`;
  const ownPorts = [config.server.port, ...(config.server.remote.address === '' ? [] : [config.server.remote.port])];
  if (!URL.canParse(url)) {
    mistakes.push(`${key}.url: got ${url}, wants the address of a publisher`);
    return undefined;
  }
  if (isOwn(url, ownPorts)) {
    mistakes.push(`${key}.url: got ${url}, which is this kiosk itself`);
    return undefined;
  }
  const credentials = credentialsOf(key, device.provider, mistakes);
  const serialNumber = 'serialNumber' in device ? device.serialNumber : '';
  return {
    url,
    service,
    ownPorts,
    ...(serialNumber === '' ? {} : { serialNumber }),
    ...(credentials === undefined ? {} : { credentials }),
  };
}

type Settings = Config['devices'][ProvidedDevice]['provider'];

function credentialsOf(key: string, settings: Settings, mistakes: string[]): Credentials | undefined {
  const read = (name: 'authority' | 'certificate' | 'key'): Buffer | undefined => {
    const file = settings[name];
    if (file === '') return undefined;
    try {
      return readFileSync(file);
    } catch (error) {
      const why = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      mistakes.push(`${key}.${name}: ${file} cannot be read (${why})`);
      return undefined;
    }
  };
  const [authority, certificate, privateKey] = [read('authority'), read('certificate'), read('key')];
  const { url, token } = settings;
  const secrets = token !== '' || certificate !== undefined;
  if (secrets && url.startsWith('ws:') && !isLoopback(url))
    mistakes.push(`${key}.url: got ${url}, wants wss:// for what is shown to the provider`);
  if ((certificate === undefined) !== (privateKey === undefined))
    mistakes.push(`${key}: certificate and key go together`);
  try {
    createSecureContext({
      ...(authority && { ca: authority }),
      ...(certificate && privateKey && { cert: certificate, key: privateKey }),
    });
  } catch (error) {
    mistakes.push(`${key}: ${error instanceof Error ? error.message : 'unknown'}, wants a certificate and its key`);
  }
  return {
    ...(authority && { authority }),
    ...(certificate && { certificate }),
    ...(privateKey && { key: privateKey }),
    ...(token !== '' && { token }),
  };
}
