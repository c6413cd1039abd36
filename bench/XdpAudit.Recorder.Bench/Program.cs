using System.Globalization;
using XdpAudit.Recorder.Bench;

// What a sensor costs those it watches: loads and closes of an XDP program as fast as one thread can, links made and let go, and the price of system calls that have
// nothing to do with BPF, in rounds with and without it that take turns. Needs root. Arguments:
//   --sensor PATH   the assembly of a plugin that brings a sensor; without it both sides are without, and the ratios are the noise
//   --set KEY=VALUE an option of that plugin, any number of times
//   --rounds N      how often each side is run, 6 unless given         --loads N   loads in a round, 3000 unless given
//   --links N       links in a round, 1000 unless given
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["work", var loads, var links])
{
    Workload.Run(int.Parse(loads), int.Parse(links));
    return 0;
}

var given = args.Chunk(2).Where(a => a.Length == 2 && a[0] is "--sensor" or "--set" or "--rounds" or "--loads" or "--links").ToLookup(a => a[0], a => a[1]);
if (given.Sum(g => g.Count()) * 2 != args.Length)
{
    Console.Error.WriteLine("usage: XdpAudit.Recorder.Bench [--sensor PATH [--set KEY=VALUE]...] [--rounds N] [--loads N] [--links N]");
    return 2;
}

ISensorSource source = given["--sensor"].LastOrDefault() is { } path ? new PluginSensor(path, [.. given["--set"]]) : new NoSensor();
return await Comparison.RunAsync(source, int.Parse(given["--rounds"].LastOrDefault("6")), int.Parse(given["--loads"].LastOrDefault("3000")), int.Parse(given["--links"].LastOrDefault("1000")));
