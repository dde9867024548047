import { loadConfig } from '#device-daemon/config/index.ts';
import { Journal, MachineKeys } from '#device-daemon/journal/index.ts';

/** What an earlier daemon of this kiosk said: its day is due. Beside a daemon that does not run; takes its configuration. */
const loaded = loadConfig(process.argv[2] ?? '');
if (!loaded.ok) throw new Error(loaded.error.join('\n'));
const { dataFolder, keyFolder } = loaded.value.config.storage;
const journal = Journal.open({ dataFolder, keyFolder, keys: MachineKeys.open(keyFolder), maxBytes: 1e9 });
journal.record('day.due', { day: 1, since: '2026-11-27 18:00' });
journal.close();
