import type { Connection, Endpoint } from './connection.ts';
import { readFrame, refusal } from './header.ts';
import { commandRow, headOf, majorOf } from './messages.ts';

/** Prefix of the publisher and of every standard service (protocol.md 2). */
export const standardPrefix = '/xfs4iot/v1.0';

const command = 'ServicePublisher.GetServices';

/**
 * ServicePublisher: GetServices and nothing else (protocol.md 10 and 14). Only standard services are told; the kiosk's
 * own have interface names that a client of the standard does not know.
 */
export class Publisher implements Endpoint {
  readonly name = 'ServicePublisher';
  readonly family = 'publisher';
  readonly #vendorName: string;
  readonly #services: readonly string[];

  constructor(vendorName: string, services: readonly string[]) {
    this.#vendorName = vendorName;
    this.#services = services;
  }

  connected(): void {}
  disconnected(): void {}

  receive(connection: Connection, text: string): void {
    const frame = readFrame(text);
    if (!frame.ok) {
      connection.send('acknowledge', frame.name ?? '', refusal(frame.status, frame));
      connection.countBadFrame(frame.status);
      return;
    }
    const { name, requestId, version } = frame;
    connection.send('acknowledge', name, `${headOf(name, 'acknowledge')}${requestId},"version":"${version}"}}`);
    const head = `${headOf(name, 'completion')}${requestId},"version":`;
    const row = commandRow(command);
    if (name !== command || row === undefined || row.major !== majorOf(version)) {
      connection.send('completion', name, `${head}"${version}","completionCode":"unsupportedCommand"}}`);
    } else if (frame.payload !== undefined && (typeof frame.payload !== 'object' || Array.isArray(frame.payload))) {
      const what = '"completionCode":"invalidData","errorDescription":"/payload must be object"';
      connection.send('completion', name, `${head}"${row.completionVersion}",${what}}}`);
    } else {
      const payload = JSON.stringify({
        vendorName: this.#vendorName,
        services: this.#services.map((service) => ({
          serviceURI: `${connection.settings.publicBase}${standardPrefix}/${service}`,
        })),
      });
      const done = `${head}"${row.completionVersion}","completionCode":"success"},"payload":${payload}}`;
      connection.send('completion', name, done);
    }
  }
}
