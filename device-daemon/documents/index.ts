export type {
  Day,
  DocumentFault,
  DocumentFinding,
  DocumentGrade,
  DocumentKind,
  IdentityDocument,
} from './document.ts';
