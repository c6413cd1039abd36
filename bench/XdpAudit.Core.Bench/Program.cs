using System.Diagnostics;
using XdpAudit.Core.Bench;

// What one look costs once the kernel has answered: deciding on a host where nothing, or one object in a hundred, is different, and folding.
Console.WriteLine("programs+links  decide, nothing new  decide, 1 % new  decide, all new  fold");
foreach (var size in (int[])[100, 1000, 5000])
{
    var first = Hosts.Seen(size, 0);
    var context = new LookContext();
    var all = Decider.Decide(HostState.Empty(first.Host), first, context);
    var known = Hosts.Fold(HostState.Empty(first.Host), all);
    var later = Hosts.Seen(size, size / 100);

    var nothing = Least(() => Decider.Decide(known, first, context).Count == 0);
    var some = Least(() => Decider.Decide(known, later, context).Count > 0);
    var everything = Least(() => Decider.Decide(HostState.Empty(first.Host), first, context).Count == all.Count);
    var fold = Least(() => Hosts.Fold(HostState.Empty(first.Host), all).Programs.Count == size);
    Console.WriteLine(
        $"{size,14}  {nothing.TotalMilliseconds,16:F2} ms  {some.TotalMilliseconds,12:F2} ms  {everything.TotalMilliseconds,12:F2} ms  {all.Count / fold.TotalSeconds,10:F0} events/s");
}

// The least of many runs: the machine's other work only ever adds.
static TimeSpan Least(Func<bool> work)
{
    var least = TimeSpan.MaxValue;
    for (var run = 0; run < 40; run++)
    {
        var began = Stopwatch.GetTimestamp();
        if (!work())
        {
            throw new InvalidOperationException("the work did not do what is measured");
        }

        var took = Stopwatch.GetElapsedTime(began);
        least = took < least ? took : least;
    }

    return least;
}
