import type { DeviceReport } from '#protocol/generated/kiosk.ts';

/** `Common.Status.device` as the standard names it (protocol.md, CommonStatus). */
export type DeviceStatus = 'online' | 'offline' | 'noDevice' | 'hardwareError' | 'userError' | 'starting';

/** @param failed what a failure of this reason is; a fault of the device where a service knows nothing better */
export function deviceStatusOf(
  { state, reason }: DeviceReport,
  failed: (reason: string | undefined) => DeviceStatus = () => 'hardwareError',
): DeviceStatus {
  switch (state) {
    case 'absent':
      return 'noDevice';
    case 'starting':
      return 'starting';
    case 'ready':
    case 'degraded':
      return 'online';
    case 'failed':
      return failed(reason);
  }
}
