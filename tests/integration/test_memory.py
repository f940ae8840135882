"""No memory is left for the thread of the plugin, at each of its first allocations: the host goes on, and what was answered 200
is counted once."""

import os
import sys
import threading
import unittest

import config
import ledger_file
from case import AgentTest, json_record, post
from until import until

sys.path.append(config.FAULTS_SOURCE)
from wishes import Memory  # noqa: E402

HTTP, TCP = "http://127.0.0.1:0", "tcp://127.0.0.1:0"
FIRST = 2_000
IN_A_ROW = (1, 3, 8)
LONG = bool(os.environ.get("UCM_LONG"))
AT_ONCE = 24  # who had none tries again after 5 s: most of them wait


class NoMemory(AgentTest):
    def test_each_of_the_first_allocations(self):
        numbers = iter(range(FIRST) if LONG else [int(1.3 ** n) for n in range(4, 29)])
        lock, faults = threading.Lock(), []

        def work(agent, memory):
            counted = 0
            while (number := self.next_of(lock, numbers)) is not None:
                try:
                    counted = self.survives(agent, memory, number, IN_A_ROW[number % len(IN_A_ROW)], counted)
                except BaseException as fault:  # whatever it is: a thread that ends silently proves nothing
                    faults.append(f"allocation {number}: {fault}")
                    return
        workers = []
        for _ in range(AT_ONCE):
            agent = self.agent(config.ucm(config.listen(HTTP), config.listen(TCP), config.pbx("hq")), start=False,
                               preload=os.path.join(config.FAULTS, "fault_memory.so"))
            memory = Memory(agent.folder)
            agent.environment = memory.environment
            workers.append(threading.Thread(target=work, args=(agent, memory), daemon=True))
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        self.assertEqual(faults, [])
        self.assertIsNone(next(numbers, None), "all were tried")

    @staticmethod
    def next_of(lock, numbers):
        with lock:
            return next(numbers, None)

    def survives(self, agent, memory, number, times, counted):
        """One life with a fault in it; gives how many legs its ledger has afterwards."""
        before = memory.done
        memory.fail(number, times)
        agent.launch()
        taken = [0]

        def met():
            taken[0] += self.is_taken(agent)
            return memory.done == before + times
        until(met, "the fault is met")
        until(lambda: self.is_taken(agent), "it recovers by itself")
        memory.mend()
        agent.stop()
        self.assertEqual(agent.process.returncode, 0, agent.log()[-2_000:])
        legs = ledger_file.number(agent.state, "SELECT count(*) FROM legs")
        self.assertGreaterEqual(legs, counted + taken[0] + 1, "what was acknowledged is there")
        accepted = [value for (_, _, name), value in ledger_file.counters(agent.state).items() if name == "total_events-legs_accepted"]
        self.assertEqual(sum(accepted), legs, "and counted once")
        return legs

    @staticmethod
    def lives(agent):
        if agent.process.poll() is not None:
            raise SystemExit(f"collectd ended with {agent.process.returncode}: {agent.log()[-2_000:]}")
        return True

    def is_taken(self, agent):
        self.lives(agent)
        try:
            return post(agent.url(HTTP), json_record()).status == 200
        except (OSError, ValueError):
            return False


if __name__ == "__main__":
    unittest.main()
