/** A UBL 2.x Order (OASIS) as an order document. What the wire has no name for is left out; amounts stay the strings they were. */
import { XMLParser, XMLValidator } from 'fast-xml-parser';

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
});

type Node = { [name: string]: unknown };

/**
 * @param xml one Order document
 * @returns the order as the wire has it, not validated yet; `orderId` is `P-<IssueDate>-<ID, 4 places>`: buyers' own numbers repeat
 * @throws Error in words when it is not XML or not a UBL Order
 */
export function orderFromUbl(xml: string): Record<string, unknown> {
  const valid = XMLValidator.validate(xml);
  if (valid !== true) throw new Error(`not XML: ${valid.err.msg} (line ${valid.err.line})`);
  const root = (parser.parse(xml) as Node)['Order'];
  if (root === undefined) throw new Error('not a UBL Order: the document element is not Order');
  const order = root as Node;
  const number = text(order, 'ID');
  const issuedAt = text(order, 'IssueDate');
  if (number === undefined || issuedAt === undefined) throw new Error('not a complete UBL Order: ID or IssueDate is missing');
  const total = amount(at(order, 'AnticipatedMonetaryTotal', 'PayableAmount'));
  const lines = list(order['OrderLine']).map((line) => lineOf(at(line, 'LineItem') as Node));
  return withoutGaps({
    orderId: `P-${issuedAt.replaceAll('-', '')}-${number.padStart(4, '0')}`,
    revision: 1,
    buyerOrderNumber: number,
    issuedAt,
    currency:
      text(order, 'DocumentCurrencyCode') ?? total?.currency ?? lines.find((line) => line.lineTotal !== undefined)?.lineTotal?.currency,
    buyer: partyOf(at(order, 'BuyerCustomerParty', 'Party')),
    seller: partyOf(at(order, 'SellerSupplierParty', 'Party')),
    deliverTo:
      string(at(order, 'Delivery', 'DeliveryLocation', 'Address', 'CityName')) ??
      string(at(order, 'Delivery', 'DeliveryAddress', 'CityName')),
    lines,
    total,
  });
}

function lineOf(item: Node) {
  const quantity = item['Quantity'];
  return withoutGaps({
    id: text(item, 'ID'),
    item: string(at(item, 'Item', 'Name')) ?? string(list(at(item, 'Item', 'Description'))[0]),
    sellerItemId: string(at(item, 'Item', 'SellersItemIdentification', 'ID')),
    quantity: string(quantity),
    unitCode: attribute(quantity, 'unitCode'),
    price: amount(at(item, 'Price', 'PriceAmount')),
    lineTotal: amount(item['LineExtensionAmount']),
  });
}

function partyOf(party: unknown) {
  if (party === undefined) return undefined;
  const contact = withoutGaps({
    name: string(at(party, 'Contact', 'Name')) ?? personName(at(party, 'Person')),
    email: string(at(party, 'Contact', 'ElectronicMail')),
    phone: string(at(party, 'Contact', 'Telephone')),
  });
  return withoutGaps({
    id: string(at(party, 'PartyIdentification', 'ID')) ?? string(at(party, 'EndpointID')),
    name: string(at(party, 'PartyName', 'Name')),
    country: string(at(party, 'PostalAddress', 'Country', 'IdentificationCode')),
    contact: Object.keys(contact).length === 0 ? undefined : contact,
  });
}

function personName(person: unknown): string | undefined {
  const parts = [string(at(person, 'FirstName')), string(at(person, 'FamilyName'))].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(' ');
}

function amount(node: unknown): { value: string; currency: string } | undefined {
  const value = string(node);
  const currency = attribute(node, 'currencyID');
  return value === undefined || currency === undefined ? undefined : { value, currency };
}

/** The first element on a path; a repeated element stands for its first. */
function at(node: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>((found, name) => (list(found)[0] as Node | undefined)?.[name], node);
}

function list(node: unknown): unknown[] {
  return node === undefined || node === '' ? [] : Array.isArray(node) ? node : [node];
}

function text(node: Node, name: string): string | undefined {
  return string(node[name]);
}

function string(node: unknown): string | undefined {
  const first = list(node)[0];
  if (typeof first === 'string') return first === '' ? undefined : first;
  const inner = (first as Node | undefined)?.['#text'];
  return typeof inner === 'string' && inner !== '' ? inner : undefined;
}

function attribute(node: unknown, name: string): string | undefined {
  const value = (list(node)[0] as Node | undefined)?.[`@${name}`];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Leaves out what was not given, so that it reads "not given" and not as an empty text. */
function withoutGaps<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as T;
}
