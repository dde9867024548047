import type { StaffRole } from '#protocol/generated/kiosk.ts';
import type { WorkName } from './area.ts';

const everybody: readonly StaffRole[] = ['technician', 'branchClerk', 'branchManager'];
/** Cards and acts of customers, and the books, are the branch's. */
const branch: readonly StaffRole[] = ['branchClerk', 'branchManager'];

/** Who may do what (S-15); of two persons, the first. Whoever else asks is refused with `notInThisRole`. */
export const rights: Readonly<Record<WorkName, readonly StaffRole[]>> = {
  'Maintenance.SignOff': everybody,
  'Maintenance.Stay': everybody,
  'Maintenance.Close': everybody,
  'Maintenance.Open': everybody,
  'Maintenance.Test': everybody,
  'Maintenance.CountCards': everybody,
  'Maintenance.FeedCard': everybody,
  'Maintenance.BookKeyLoad': everybody,
  'Maintenance.GetEpisodes': everybody,
  'Maintenance.GetStory': everybody,
  'Maintenance.VerifyJournal': everybody,
  'Maintenance.GetSticks': everybody,
  'Maintenance.ExportJournal': everybody,
  'Maintenance.WatchDevice': everybody,
  'Maintenance.ReopenDevice': everybody,
  'Maintenance.GetConfiguration': everybody,
  'Maintenance.Restart': ['technician', 'branchManager'],
  'Maintenance.GetSupplies': everybody,
  'Maintenance.GetReadiness': everybody,
  'Maintenance.PrintReadiness': everybody,
  'Maintenance.GetDay': everybody,
  'Maintenance.BeginDayEnd': branch,
  'Maintenance.LeaveDayEnd': branch,
  'Maintenance.CloseDay': branch,
  'Maintenance.PrintDay': branch,
  'Maintenance.GetRetained': everybody,
  'Maintenance.SettleRetained': branch,
  'Maintenance.SettleUnresolved': branch,
};
