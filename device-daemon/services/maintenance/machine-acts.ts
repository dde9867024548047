import type { Config } from '../../config/index.ts';
import { productionMistakes, type SettingInForce } from '../../config/index.ts';
import type { Journal } from '../../journal/index.ts';
import { commandError, success } from '../service.ts';
import type { Area } from './area.ts';

export type Restartable = 'daemon' | 'browser' | 'machine';

export interface MachineActParts {
  readonly journal: Journal;
  readonly config: Config;
  readonly settings: readonly SettingInForce[];
  /** What can be restarted from here, and how; each returns at once. */
  readonly restarts: Readonly<Partial<Record<Restartable, () => void>>>;
}

/** The machine as a whole: how it is configured, and starting it anew. */
export const machineActs = ({
  journal,
  config,
  settings,
  restarts,
}: MachineActParts): Area<'Maintenance.GetConfiguration' | 'Maintenance.Restart'> => ({
  'Maintenance.GetConfiguration': () =>
    success({
      settings: settings.map(({ key, value, unit, origin, help }) => ({
        ...{ key, value, origin, help },
        ...(unit !== undefined && { unit }),
      })),
      mistakes: [...productionMistakes(config)],
    }),
  'Maintenance.Restart': ({ what, reason }, { token, session }) => {
    const restart = restarts[what];
    if (restart === undefined) return commandError('restartUnavailable');
    if (!journal.record('kiosk.restart', { what, reason, token }, session)) return commandError('journalUnavailable');
    restart();
    return success();
  },
});
