export { HttpBankCore } from './bank-core.ts';
export { HttpCardManagement } from './card-management.ts';
export { type CredentialsFault, credentialFiles, type HostCredentials, loadHostCredentials } from './credentials.ts';
export { type HostClientOptions, newIdempotencyKey } from './host-client.ts';
export {
  type ActOptions,
  type BalanceOrder,
  type BankActionOrder,
  type BankCoreHost,
  type CallOptions,
  type CardIdentificationOrder,
  type CardManagementHost,
  type DocumentIdentificationOrder,
  type DocumentOrder,
  type HostAnswer,
  type HostFailure,
  type HostLink,
  type IdentityCheckOrder,
  outcomeUnknown,
  type PinBlockOrder,
  type StaffCardOrder,
  type StaffSignOnOrder,
} from './ports.ts';
