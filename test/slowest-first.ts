import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes longest, in this order; a name may be the beginning of several. A file that is missing here costs at most an idle core. */
const SLOWEST = [
  'test/e2e/demo',
  'test/store/places',
  'test/store/embedded',
  'test/kill/',
  'test/problems/process',
  'test/problems/start',
  'test/simulation/sync-rules',
  'test/simulation/reverse-entry',
  'test/simulation/relink',
  'test/simulation/feeds-world',
  'test/simulation/amazon-load',
  'test/simulation/feeds-crash',
  'test/simulation/sync-troubles',
  'test/simulation/reverse-crash',
  'test/simulation/crash-at-every-effect',
  'test/entrypoints/jobs',
];

/** The longest files of each project first, so that the end of a run does not wait for one of them on one core. */
export class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const usual = await super.sort(files);
    const ranks = new Map(usual.map((file) => [file, this.#rankOf(file)]));
    const rank = (file: TestSpecification) => ranks.get(file) ?? SLOWEST.length;
    // The usual order has one project after the other, which lets their files share what is loaded.
    const projects = [...new Set(usual.map(({ project }) => project))];
    return projects.flatMap((project) =>
      usual.filter((file) => file.project === project).sort((one, other) => rank(one) - rank(other)),
    );
  }

  #rankOf({ moduleId }: TestSpecification): number {
    const path = relative(this.ctx.config.root, moduleId);
    const place = SLOWEST.findIndex((name) => path.startsWith(name));
    return place < 0 ? SLOWEST.length : place;
  }
}
