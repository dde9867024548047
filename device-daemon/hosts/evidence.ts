import type { DocumentOrder } from './ports.ts';
import { secretText } from './secret-json.ts';

/** `DocumentEvidence` of both contracts, its number and name as bytes that `encodeJson` wipes. */
export function documentEvidence(order: DocumentOrder): object {
  const { documentType, documentNumber, name, grade, issuingCountry, birthDate } = order;
  return {
    kind: 'document',
    documentType,
    documentNumber: secretText(documentNumber),
    name: secretText(name),
    grade,
    ...(issuingCountry !== undefined && { issuingCountry }),
    ...(birthDate !== undefined && { birthDate }),
  };
}
