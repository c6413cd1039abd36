using XdpAudit.Abstractions;
using XdpAudit.Testing;

namespace XdpAudit.Kernel.Tests;

/// <summary>Two ways of listing the same objects.</summary>
public sealed class EnumerationCheckTests
{
    [Fact]
    public void On_an_honest_kernel_what_both_ways_show_does_not_differ_twice()
    {
        Requires.RootAndBpf();
        using var lab = new Lab();
        Shell.Run("bpftool", "prog", "load", lab.CompileBpf("pass", Samples.Pass), $"{lab.Bpffs}/p");
        using var observer = new KernelObserver(TimeProvider.System);

        var first = Ids(observer.Compare());
        var both = Ids(observer.Compare()).Intersect(first);

        Assert.Empty(both);
    }

    [Fact]
    public void What_only_one_way_shows_is_told_with_the_way()
    {
        var differences = EnumerationCheck.Compare([("programs", () => [1, 2, 9], () => [1, 2, 7], _ => true)]);

        var one = Assert.Single(differences);
        Assert.Equal(("programs", 9u, 7u), (one.What, Assert.Single(one.OnlyByIterator), Assert.Single(one.OnlyByWalk)));
    }

    [Fact]
    public void What_comes_or_goes_between_is_no_difference()
    {
        var walks = new Queue<HashSet<uint>>([[1, 2], [1, 3]]);

        Assert.Empty(EnumerationCheck.Compare([("links", () => [1, 3], walks.Dequeue, _ => true)]));
    }

    [Fact]
    public void What_the_walk_shows_and_nobody_can_open_is_on_its_way() =>
        Assert.Empty(EnumerationCheck.Compare([("links", () => [1], () => [1, 7], _ => false)]));

    [Fact]
    public void Where_one_way_is_not_to_be_had_nothing_is_compared() =>
        Assert.Empty(EnumerationCheck.Compare([("maps", () => null, () => [1], _ => true), ("links", () => [1], () => null, _ => true)]));

    private static IEnumerable<(string, uint)> Ids(IReadOnlyList<EnumerationDifference> differences) =>
        differences.SelectMany(d => d.OnlyByIterator.Concat(d.OnlyByWalk), (d, id) => (d.What, id));
}
