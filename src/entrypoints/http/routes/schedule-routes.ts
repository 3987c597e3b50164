import { z } from 'zod';
import { isPausedAt } from '../../../app/index.ts';
import { pauseEnd, pickSchedule, scheduleViews, worksToRun } from '../../schedules.ts';
import { PauseWish, ScheduleList, ScheduleWish, WorksAsked, WorksPicked } from '../contract/connections.ts';
import { route } from '../route.ts';
import type { HttpOptions } from '../server.ts';
import { scheduleRow } from '../told-view.ts';

const tag = 'Schedules';

/** What is done by itself, and when. */
export function scheduleRoutes({ workspace }: HttpOptions) {
  const { books } = workspace;
  return [
    route(
      {
        method: 'GET',
        path: '/schedules',
        access: 'books.read',
        tag,
        summary: 'Every work with its cadence, its last turn and its next one',
        query: z.object({ connection: z.string().min(1).max(200).optional() }),
        answer: ScheduleList,
      },
      async ({ query }) => ({ items: (await scheduleViews(workspace, query.connection)).map(scheduleRow) }),
    ),
    route(
      {
        method: 'POST',
        path: '/schedules/run',
        access: 'books.operate',
        tag,
        summary: 'Have works done now by the running service, also during a pause',
        body: ScheduleWish,
        answer: WorksAsked,
      },
      async ({ body: { connection, work, why }, actor }) => {
        const picked = await pickSchedule(workspace, { connection, work, actor, why });
        const records = await worksToRun(workspace, picked);
        const works = await books.askForTurn(picked);
        const now = await books.sharedNowMs();
        const paused = records.filter((record) => isPausedAt(record, now) && works.includes(record.work));
        return { works: [...works], until: null, paused: paused.map((record) => record.work).sort() };
      },
    ),
    route(
      {
        method: 'POST',
        path: '/schedules/pause',
        access: 'operation.manage',
        tag,
        summary: 'Begin no turn any more; what runs goes on to its end',
        body: PauseWish,
        answer: WorksPicked,
      },
      async ({ body: { connection, work, why, until: end }, actor }) => {
        const picked = await pickSchedule(workspace, { connection, work, actor, why });
        const until = end === undefined ? null : pauseEnd(end, await books.sharedNowMs());
        return { works: [...(await books.pauseSchedule({ ...picked, until }))], until };
      },
    ),
    route(
      {
        method: 'POST',
        path: '/schedules/resume',
        access: 'operation.manage',
        tag,
        summary: 'End a pause; what was missed meanwhile is one turn',
        body: ScheduleWish,
        answer: WorksPicked,
      },
      async ({ body: { connection, work, why }, actor }) => {
        const picked = await pickSchedule(workspace, { connection, work, actor, why });
        return { works: [...(await books.resumeSchedule(picked))], until: null };
      },
    ),
  ];
}
