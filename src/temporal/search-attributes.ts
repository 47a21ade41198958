import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

/** What a case can be searched by in Temporal. No personal data: these are stored unencrypted. */
export const orderIdKey = defineSearchAttributeKey('OrderId', SearchAttributeType.KEYWORD);
export const buyerIdKey = defineSearchAttributeKey('BuyerId', SearchAttributeType.KEYWORD);
export const liaisonIdKey = defineSearchAttributeKey('LiaisonId', SearchAttributeType.KEYWORD);
export const caseStatusKey = defineSearchAttributeKey('CaseStatus', SearchAttributeType.KEYWORD);
export const reasonTypeKey = defineSearchAttributeKey('ReasonType', SearchAttributeType.KEYWORD);
/** Of a placement. */
export const placementStatusKey = defineSearchAttributeKey('PlacementStatus', SearchAttributeType.KEYWORD);
export const vendorIdKey = defineSearchAttributeKey('VendorId', SearchAttributeType.KEYWORD);
/** When the case next does something by itself; absent while nothing is planned. */
export const nextActionAtKey = defineSearchAttributeKey('NextActionAt', SearchAttributeType.DATETIME);

/** All of them, for registration with a namespace. */
export const searchAttributeKeys = [
  orderIdKey,
  buyerIdKey,
  liaisonIdKey,
  caseStatusKey,
  reasonTypeKey,
  placementStatusKey,
  vendorIdKey,
  nextActionAtKey,
] as const;
