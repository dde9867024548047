import { balanceRuns } from './balance-runs.ts';
import { startNodeKiosk } from './node-kiosk.ts';

balanceRuns({ start: () => startNodeKiosk(), everyCard: true });
