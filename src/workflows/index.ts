export { reviewCase } from './review-case/workflow.js';
