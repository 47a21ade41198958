export { reviewCase } from './review-case/workflow.js';
export { orderPlacement } from './order-placement/workflow.js';
export { messageDelivery } from './message-delivery/workflow.js';
export { subscriptionDelivery } from './subscription-delivery/workflow.js';
