export { isDigit } from './calendar.ts';
export { type DocumentFacts, type DocumentRule, documentRules } from './checks.ts';
export type {
  Day,
  DocumentFault,
  DocumentFinding,
  DocumentGrade,
  DocumentKind,
  IdentityDocument,
} from './document.ts';
export {
  addressLength,
  blockLength,
  type ChipDocumentKind,
  chipDocumentKinds,
  photoLength,
  type TextFieldName,
  textBlockLayouts,
} from './layouts.ts';
export { type MrzOptions, parseMrz } from './mrz.ts';
export { defaultMrzSettings, type MrzDocument, type MrzFormat, type MrzSettings } from './mrz-settings.ts';
export {
  check112,
  check731,
  formerNumber,
  type NumberRule,
  numberCheckHolds,
  numberHasForm,
  numberRules,
  numberTellsBirth,
  sexOfNumber,
} from './numbers.ts';
export {
  type DecodedPhoto,
  type PhotoDecoder,
  type PhotoFault,
  photoHeight,
  photoWidth,
  standInPhotoDecoder,
} from './photo.ts';
export {
  decodeTextBlock,
  encodeAppendedAddress,
  encodeTextBlock,
  type TextBlockFields,
  type TextBlockOptions,
} from './text-block.ts';
