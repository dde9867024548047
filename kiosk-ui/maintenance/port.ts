import type { KioskClient } from '#protocol/client/kiosk-client.ts';
import type { CommandPayloads, CompletionPayloads } from '#protocol/generated/kiosk.ts';
import type { DeedName, MaintenancePort, MaintenanceWorldEvent } from '#state-machines/maintenance.ts';
import { deadlines } from '../port/deadlines.ts';
import { outcomeOf } from '../port/outcome.ts';

/** A connection that does not tell its state is asked again after this long. */
const askAgainMs = 1_000;

/** What waits for persons or devices. */
const longer: Readonly<Partial<Record<DeedName, number>>> = {
  'Maintenance.Test': deadlines.printMs,
  'Maintenance.CountCards': deadlines.actMs,
  'Maintenance.FeedCard': deadlines.actMs,
  'Maintenance.BookKeyLoad': deadlines.actMs,
  'Maintenance.BeginDayEnd': deadlines.printMs,
  'Maintenance.CloseDay': deadlines.actMs,
  'Maintenance.PrintDay': deadlines.printMs,
  'Maintenance.GetReadiness': deadlines.printMs,
  'Maintenance.PrintReadiness': deadlines.printMs,
  'Maintenance.VerifyJournal': deadlines.verifyMs,
  'Maintenance.ExportJournal': deadlines.exportMs,
};

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
        else if (event.name === 'Maintenance.TraceEvent') listener({ type: 'TRACE', ...event.payload });
        else if (event.name === 'Maintenance.SignedOffEvent') listener({ type: 'SIGNED_OFF', ...event.payload });
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
    perform: ({ name, payload }, signal, on) =>
      // The compiler does not see that name and payload belong together.
      outcomeOf<DeedName, object>(
        client.request(name, payload as CommandPayloads[DeedName], {
          signal,
          deadlineMs: longer[name] ?? deadlines.quickMs,
          onEvent: (event) => {
            if (event.name === 'Maintenance.PromptEvent') on({ type: 'PROMPT', prompt: event.payload });
            else if (event.name === 'Maintenance.PinKeyEvent') on({ type: 'PIN_KEY', ...event.payload });
            else if (event.name === 'Maintenance.TestPromptEvent') on({ type: 'TEST_PROMPT', prompt: event.payload });
            else if (event.name === 'Maintenance.ExportProgressEvent')
              on({ type: 'PROGRESS', progress: event.payload });
          },
        }),
        (answer: CompletionPayloads[DeedName]) => ({ value: answer }),
      ),
  };
}
