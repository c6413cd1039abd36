using XdpAudit.Abstractions;
using XdpAudit.Testing;

namespace XdpAudit.Kernel.Tests;

/// <summary>The auditor never keeps alive what it audits.</summary>
public class FootprintTests
{
    private static readonly string[] Ours = ["bpf", "net:[", "mnt:[", "/proc/"];

    public static TheoryData<bool> BothWays => Look.BothWays;

    [Theory]
    [MemberData(nameof(BothWays))]
    public void A_look_leaves_no_descriptor_open_and_no_reference_behind(bool iterators)
    {
        Requires.RootAndBpf();
        using var rig = new Rig();
        var pins = rig.Load();
        var netns = rig.Lab.Netns();
        using var holder = new Holder("nsenter", $"--net=/run/netns/{netns}", rig.Lab.CompileC("link", CPrograms.Link), "va", "0");
        using var reference = Look.Observer();
        using var observer = Look.Observer(iterators);
        observer.Observe(TestContext.Current.CancellationToken);
        var mine = new[] { Rig.ProgramId($"{pins}/sample_pass"), Rig.ProgramId($"{pins}/sample_other"), (uint)holder.Numbers[0] };
        var before = References(reference, mine, (uint)holder.Numbers[1]);
        var open = Descriptors();

        for (var n = 0; n < 20; n++)
        {
            observer.Observe(TestContext.Current.CancellationToken);
        }

        Assert.Equal(open, Descriptors());
        Assert.Equal(before, References(reference, mine, (uint)holder.Numbers[1]));
    }

    [Fact]
    public void References_are_counted_without_our_own_visit()
    {
        Requires.RootAndBpf();
        using var rig = new Rig();
        using var holder = new Holder(rig.Lab.CompileC("load", CPrograms.Load), "xa_counted");

        Assert.Equal(1, Rig.Program(Look.Once(), (uint)holder.Numbers[0]).References);
    }

    [Fact]
    public void Disposing_unloads_the_iterators()
    {
        Requires.RootAndBpf();
        HashSet<uint> mine;
        using (var observer = Look.Observer())
        {
            var look = observer.Observe(TestContext.Current.CancellationToken);
            mine = [.. look.Descriptors.Where(d => d.Process.Pid == Environment.ProcessId && d.Kind == ObjectKind.Program).Select(d => d.ObjectId)];
        }

        // The kernel frees programs after a grace period, so it is asked until they are gone, within bounds.
        var left = mine.Count;
        for (var n = 0; n < 500 && left > 0; n++)
        {
            left = Look.Once(iterators: false).Programs.Count(p => mine.Contains(p.Id.Value));
        }

        Assert.Equal(BpfIterators.Names.Length, mine.Count);
        Assert.Equal(0, left);
    }

    [Theory]
    [MemberData(nameof(BothWays))]
    public void Objects_that_come_and_go_while_they_are_listed_disturb_nothing(bool iterators)
    {
        Requires.RootAndBpf();
        using var rig = new Rig();
        using var observer = Look.Observer(iterators);
        var quiet = Complete(observer.Observe(TestContext.Current.CancellationToken));
        using var storm = new Holder(rig.Lab.CompileC("storm", CPrograms.Storm));

        for (var n = 0; n < 200; n++)
        {
            var look = observer.Observe(TestContext.Current.CancellationToken);

            Assert.True(quiet == Complete(look), Look.Gaps(look));
            Assert.Equal(look.Programs.Count, look.Programs.Select(p => p.Id).Distinct().Count());
        }
    }

    /// <summary>Without iterators procfs may refuse us a process or two, with or without a storm.</summary>
    private static string Complete(Observation look) => string.Join(' ', look.Coverage.Parts().Where(p => p.Part.Complete).Select(p => p.Name));

    private static string References(KernelObserver observer, uint[] programs, uint link)
    {
        var look = observer.Observe(TestContext.Current.CancellationToken);
        return string.Join(' ', programs.Select(p => Rig.Program(look, p).References).Append(look.Links.Single(l => l.Id.Value == link).References));
    }

    /// <summary>What our descriptors lead to; the numbers and the runtime's own pipes come and go.</summary>
    private static List<string> Descriptors() =>
        [.. Directory.GetFiles("/proc/self/fd").Select(Target).OfType<string>().Where(t => Ours.Any(o => t.Contains(o, StringComparison.Ordinal)))
            .Where(t => !t.EndsWith("/comm", StringComparison.Ordinal)).Order()]; // the runtime names its threads through that file

    private static string? Target(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
