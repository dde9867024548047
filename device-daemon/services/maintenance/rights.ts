import type { StaffRole } from '#protocol/generated/kiosk.ts';
import type { WorkName } from './area.ts';

const everybody: readonly StaffRole[] = ['technician', 'branchClerk', 'branchManager'];

/** Who may do what (S-15); of two persons, the first. Whoever else asks is refused with `notInThisRole`. */
export const rights: Readonly<Record<WorkName, readonly StaffRole[]>> = {
  'Maintenance.SignOff': everybody,
  'Maintenance.Stay': everybody,
  'Maintenance.Close': everybody,
  'Maintenance.Open': everybody,
  'Maintenance.Test': everybody,
  'Maintenance.CountCards': everybody,
  'Maintenance.GetVisits': everybody,
  'Maintenance.GetStory': everybody,
  'Maintenance.VerifyJournal': everybody,
  'Maintenance.WatchDevice': everybody,
  'Maintenance.ReopenDevice': everybody,
  'Maintenance.GetReadiness': everybody,
  'Maintenance.PrintReadiness': everybody,
};
