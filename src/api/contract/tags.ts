/** Groups of operations, in the order in which the contract shows them. */
export const TAGS = {
  'Review notices': 'What review servers send: an order failed its review, or passed it.',
  'Review cases': 'Orders whose review failed: what comes next, and what people do about it.',
  Placements: 'Orders placed with vendors whose result is asked for until it is final.',
  Vendors: 'Who orders are placed with, and what their words mean.',
  Events: 'The feed: what happens to cases, placements and messages, in order, to be followed.',
  Subscriptions: 'Who is sent the feed as webhooks, and what was sent.',
  'Inbound events': 'What came in: also what could not be understood or contradicts what was told.',
  Messages: 'The ledger of everything that was sent, attempt by attempt.',
  Statistics: 'Figures over cases, messages and timers, each with the list behind it.',
  Policies: 'The rules, versioned and dated.',
  People: 'Liaisons, supervisors and operations: who is told, and who stands in.',
  Counterparts: 'The servers that are called: address, credentials, limits.',
  'Notice templates': 'The words of notices.',
  Switches: 'Shadow mode, and the stop of early successes.',
  Keys: 'Keys of servers that call: what each may do, and of which buyers.',
  Audit: 'Who changed what in the settings.',
} as const;
export type Tag = keyof typeof TAGS;
