import { icaoCheck, withCheckCharacter } from './numbers.ts';
import { type PersonId, people } from './people.ts';

/** Whom the hosts know: the wallet's people, and holders of documents that are no resident ID card. */

/** By what a person is known to a host; the names are those of the contracts. */
export interface HostDocument {
  readonly type:
    | 'residentId'
    | 'hkMacaoPermit'
    | 'taiwanPermit'
    | 'hkMacaoResidencePermit'
    | 'taiwanResidencePermit'
    | 'foreignPermanentResident'
    | 'passport';
  readonly number: string;
  /** Every name that it bears: in Chinese, and in Latin letters `SURNAME, GIVEN NAMES`. */
  readonly names: readonly [string, ...string[]];
  /** ISO 3166, or UTO; only of a passport. */
  readonly country?: string;
}

export interface HostPerson {
  readonly id: HolderId;
  /** Social security number: that of the first document. */
  readonly number: string;
  readonly name: string;
  /** YYYYMMDD */
  readonly birthDate: string;
  /** Prefix 12 is not given to mobile networks. */
  readonly phone: string;
  readonly documents: readonly HostDocument[];
}

/** Numbers of the references' examples; `00` and 1900 in them make them nobody's. */
export const foreignNumbers = {
  hongKong: withCheckCharacter('81000019000101001'),
  hongKongTravel: 'H00000001',
  macao: withCheckCharacter('82000019000101002'),
  macaoTravel: 'M00000002',
  taiwan: withCheckCharacter('83000019000101003'),
  taiwanTravel: '00000003',
  permanent2017: withIcao('UTO00000001010'),
  permanent2023: withCheckCharacter('99999919000101001'),
  passport: 'E00000000',
  foreignPassport: 'L898902C3',
} as const;

function withIcao(fourteen: string): string {
  return fourteen + icaoCheck(fourteen);
}

const others = {
  gang: {
    birthDate: '19800512',
    documents: [
      { type: 'hkMacaoResidencePermit', number: foreignNumbers.hongKong, names: ['測試港'] },
      { type: 'hkMacaoPermit', number: foreignNumbers.hongKongTravel, names: ['CE, SHI GANG'] },
    ],
  },
  ao: {
    birthDate: '19800512',
    documents: [{ type: 'hkMacaoResidencePermit', number: foreignNumbers.macao, names: ['測試澳'] }],
  },
  tai: {
    birthDate: '19800512',
    documents: [
      { type: 'taiwanResidencePermit', number: foreignNumbers.taiwan, names: ['測試臺'] },
      { type: 'taiwanPermit', number: foreignNumbers.taiwanTravel, names: ['CE, SHI TAI'] },
    ],
  },
  jane: {
    birthDate: '20000101',
    documents: [
      { type: 'foreignPermanentResident', number: foreignNumbers.permanent2017, names: ['样简', 'SPECIMEN, JANE'] },
    ],
  },
  jack: {
    birthDate: '19800512',
    documents: [
      { type: 'foreignPermanentResident', number: foreignNumbers.permanent2023, names: ['样杰', 'SPECIMEN, JACK'] },
    ],
  },
  anna: {
    birthDate: '19740812',
    documents: [
      { type: 'passport', number: foreignNumbers.foreignPassport, names: ['ERIKSSON, ANNA MARIA'], country: 'UTO' },
    ],
  },
} as const satisfies Record<
  string,
  { readonly birthDate: string; readonly documents: readonly [HostDocument, ...HostDocument[]] }
>;

export type HolderId = PersonId | keyof typeof others;

/** Documents of the wallet's people besides the resident ID card. */
const more: Readonly<Partial<Record<PersonId, readonly HostDocument[]>>> = {
  jia: [{ type: 'passport', number: foreignNumbers.passport, names: ['CE, SHI JIA'], country: 'CHN' }],
};

export const hostPeople: readonly HostPerson[] = [
  ...people.map(
    ({ id, idNumber, name, birthDate, phone }): HostPerson => ({
      id,
      number: idNumber,
      name,
      birthDate,
      phone,
      documents: [{ type: 'residentId', number: idNumber, names: [name] }, ...(more[id] ?? [])],
    }),
  ),
  ...(Object.keys(others) as (keyof typeof others)[]).map((id, index): HostPerson => {
    const { birthDate, documents } = others[id];
    const [first] = documents;
    return {
      id,
      number: first.number,
      name: first.names[0],
      birthDate,
      phone: `1205838${String(index + 1).padStart(4, '0')}`,
      documents,
    };
  }),
];
