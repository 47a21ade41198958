/** A placement's state. JSON-safe: it travels through continue-as-new. */
export interface PlacementState {
  placementId: string;
}
