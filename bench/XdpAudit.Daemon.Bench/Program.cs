using System.Diagnostics;
using System.Globalization;
using XdpAudit.Daemon.Bench;
using XdpAudit.Recorder.Bench;

// What the whole auditor costs a host, with its private PostgreSQL and its recorder: idle, at 10 and at 1,000 events a second, and how many of the
// events asked for it recorded. A program that is loaded and let go is two events. Needs root and nothing else that loads programs. Arguments:
//   APP        the folder that packaging/publish made, artifacts/app when ./xdpaudit made it
//   --seconds N   how long each rate is kept up, 60 unless given
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is not [var app, .. var rest] || rest is not ([] or ["--seconds", _]))
{
    Console.Error.WriteLine("usage: XdpAudit.Daemon.Bench APP [--seconds N]");
    return 2;
}

var kept = TimeSpan.FromSeconds(rest is [_, var text] ? int.Parse(text) : 60);
using var auditor = new Auditor(app);
await auditor.ReadyAsync();
Console.WriteLine($"{"events/s",10} {"asked",8} {"recorded",9} {"auditor",9} {"plugins",9} {"postgres",9}   MiB of each, by share");
foreach (var rate in (int[])[0, 10, 1000])
{
    var before = await auditor.PositionAsync();
    var cost = auditor.Costs();
    var clock = Stopwatch.StartNew();
    var asked = Generate(rate, kept);
    var position = await auditor.SettledAsync(before + asked);
    var used = auditor.Costs();
    var each = Auditor.Kinds.Select(k => $"{(used[k].Cpu - cost[k].Cpu) / clock.Elapsed.TotalSeconds,8:P1}");
    Console.WriteLine($"{rate,10} {asked,8} {position - before,9} {string.Join(' ', each)}   {string.Join(" + ", Auditor.Kinds.Select(k => $"{used[k].Bytes >> 20}"))}");
}

return 0;

// Paced by the clock, not by what was done: a rate that cannot be kept up shows.
static long Generate(int rate, TimeSpan kept)
{
    var program = new BpfProgram(Environment.ProcessId);
    var clock = Stopwatch.StartNew();
    long made = 0;
    while (clock.Elapsed < kept)
    {
        for (var due = (long)(clock.Elapsed.TotalSeconds * rate / 2); made < due; made++)
        {
            _ = Calls.Close(program.Load());
        }

        Thread.Sleep(5); // the pace of the load
    }

    return made * 2;
}
