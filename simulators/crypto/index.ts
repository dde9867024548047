export { benchCut, benchKeyCheckValues, benchKeys, type SocialMasterKeys } from './bench-keys.ts';
export { type BlockAlgorithm, checkValue } from './block.ts';
export {
  type De55Verdict,
  type IssuerApplicationData,
  parseDe55,
  parseIssuerApplicationData,
  verifyDe55,
} from './de55.ts';
export {
  arpc,
  arqc,
  type CryptogramFields,
  cryptogramInput,
  deriveCardKey,
  deriveSessionKey,
  iadMac,
} from './pboc.ts';
export { SecurityModule, type SecurityModuleOptions, type SecurityModuleRefusal } from './security-module.ts';
export { authenticate, type Cut, cardFactor, cityFactor, diversify } from './social.ts';
