import { expect, test } from 'vitest';
import { botsSchema } from '../../../control/model/rules/bots.ts';
import { compileBots } from '../../../control/plan/rules/compile-bots.ts';
import { judgeAgent, userAgentSeenMax } from './judge-agent.ts';

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const CRAWLER = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
const judge = (rules: object, agent: string | null) =>
  judgeAgent(compileBots(botsSchema.parse(rules)), agent);

test('known bots are kept out, and browsers are not', () => {
  expect([judge({}, CRAWLER).allowed, judge({}, 'curl/8.14.1').allowed, judge({}, FIREFOX).allowed]).toEqual([
    false,
    false,
    true,
  ]);
});

test('a text that is let in wins over one that is kept out, and that over the list', () => {
  const rules = { allow: ['GoogleBot'], deny: ['compatible', 'rv:140'] };
  expect([judge(rules, CRAWLER).allowed, judge(rules, FIREFOX).allowed]).toEqual([true, false]);
});

test('the list can be left out', () => {
  expect(judge({ known: false }, CRAWLER).allowed).toBe(true);
});

test.each([null, '', '  '])('who says nothing (%j) is kept out unless it is said otherwise', (agent) => {
  expect(judge({}, agent).allowed).toBe(false);
  expect(judge({ empty_user_agent: 'allow' }, agent).allowed).toBe(true);
});

test('texts are texts and no expressions', () => {
  expect(judge({ known: false, deny: ['.*', '(a+)+$'] }, FIREFOX).allowed).toBe(true);
});

test('of a name that is too long, the rest is not looked at, and the look is short', () => {
  const long = `${FIREFOX}${'a'.repeat(userAgentSeenMax - FIREFOX.length)}`;
  expect(judge({ deny: ['late'] }, `${long}late`).allowed).toBe(true);
  expect(judge({ deny: ['late'] }, `${long.slice(0, -4)}late`).allowed).toBe(false);
  expect(judge({ known: false }, 'x '.repeat(150_000)).allowed).toBe(true);
});
