import type { KioskClient } from '#protocol/client/kiosk-client.ts';
import type { MaintenancePort, MaintenanceWorldEvent } from '#state-machines/maintenance.ts';
import { deadlines } from '../port/deadlines.ts';
import { outcomeOf } from '../port/outcome.ts';

/** A connection that does not tell its state is asked again after this long. */
const askAgainMs = 1_000;

/** Staff's wishes as commands of the interface Maintenance. */
export function createMaintenancePort(client: KioskClient): MaintenancePort {
  return {
    subscribe(listener) {
      const ask = async (): Promise<void> => {
        const reply = await client.request('Maintenance.GetState', {}, { deadlineMs: deadlines.quickMs });
        if (reply.ok && reply.value.completionCode === 'success')
          listener({ type: 'STATE', state: reply.value.payload });
        else if (client.state === 'open') setTimeout(() => void ask(), askAgainMs);
      };
      const follow = (): void => {
        if (client.state === 'open') void ask();
        else listener({ type: 'DISCONNECTED' } satisfies MaintenanceWorldEvent);
      };
      const stopState = client.onState(follow);
      const stopEvents = client.subscribe((event) => {
        if (event.name === 'Maintenance.StateChangedEvent') listener({ type: 'STATE', state: event.payload });
        else if (event.name === 'Maintenance.SignedOffEvent') listener({ type: 'SIGNED_OFF', why: event.payload.why });
      });
      follow();
      return () => {
        stopState();
        stopEvents();
      };
    },
    signOn: (signal, on) =>
      outcomeOf(
        client.request(
          'Maintenance.SignOn',
          {},
          {
            signal,
            deadlineMs: deadlines.insertCardMs,
            onEvent: (event) => {
              if (event.name === 'Maintenance.PromptEvent') on({ type: 'PROMPT', prompt: event.payload });
              else if (event.name === 'Maintenance.PinKeyEvent') on({ type: 'PIN_KEY', ...event.payload });
            },
          },
        ),
        ({ session }) => (session === undefined ? undefined : { value: session }),
      ),
    signOff: (signal, on) =>
      outcomeOf(
        client.request(
          'Maintenance.SignOff',
          {},
          {
            signal,
            deadlineMs: deadlines.returnCardMs,
            onEvent: (event) => {
              if (event.name === 'Maintenance.PromptEvent') on({ type: 'PROMPT', prompt: event.payload });
            },
          },
        ),
        ({ card }) => ({ value: card }),
      ),
    countCards: (count, signal, on) =>
      outcomeOf(
        client.request('Maintenance.CountCards', count, {
          signal,
          deadlineMs: deadlines.insertCardMs,
          onEvent: (event) => {
            if (event.name === 'Maintenance.PromptEvent') on({ type: 'PROMPT', prompt: event.payload });
            else if (event.name === 'Maintenance.PinKeyEvent') on({ type: 'PIN_KEY', ...event.payload });
          },
        }),
        () => ({ value: undefined }),
      ),
    test: (device, signal, on) =>
      outcomeOf(
        client.request(
          'Maintenance.Test',
          { device },
          {
            signal,
            deadlineMs: deadlines.printMs,
            onEvent: (event) => {
              if (event.name === 'Maintenance.TestPromptEvent') on({ type: 'TEST_PROMPT', prompt: event.payload });
            },
          },
        ),
        ({ result }) => (result === undefined ? undefined : { value: result }),
      ),
    close: (reason, signal) =>
      outcomeOf(client.request('Maintenance.Close', { reason }, { signal, deadlineMs: deadlines.quickMs }), () => ({
        value: undefined,
      })),
    open: (signal) =>
      outcomeOf(client.request('Maintenance.Open', {}, { signal, deadlineMs: deadlines.quickMs }), () => ({
        value: undefined,
      })),
  };
}
