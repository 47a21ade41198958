export { reviewCase } from './review-case/workflow.js';
export { orderPlacement } from './order-placement/workflow.js';
