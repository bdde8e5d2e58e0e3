/** Where rooms are, named for use; made from the console's OpenAPI document (see tools/openapi). */

import type { components } from './console.gen';
import { getJson } from './http';

type Schemas = components['schemas'];

export type Place = Schemas['Place'];
export type SitePlace = Schemas['SitePlace'];
export type Whereabouts = Schemas['Whereabouts'];

export const fetchPlaces = async (conference: string): Promise<SitePlace[]> =>
  (await getJson<Schemas['SitePlaces']>(`/api/conferences/${encodeURIComponent(conference)}/places`)).places;
