using System.Text.Json;
using XdpAudit.Abstractions;
using XdpAudit.Testing;

namespace XdpAudit.Kernel.Tests;

public class KernelObserverTests
{
    public static TheoryData<bool> BothWays => Look.BothWays;

    [Fact]
    public void A_look_with_iterators_as_root_is_complete_in_every_part()
    {
        Requires.RootAndBpf();

        var look = Look.Once();

        Assert.All(look.Coverage.Parts(), p => Assert.True(p.Part.Complete, Look.Gaps(look)));
        Assert.Equal("iterator", look.Coverage.Programs.Method);
        Assert.Empty(Look.Gaps(look));
    }

    [Fact]
    public void Without_iterators_the_coverage_says_what_is_not_looked_for()
    {
        Requires.RootAndBpf();

        var coverage = Look.Once(iterators: false).Coverage;

        Assert.Contains(coverage.Pins.Gaps, g => g.What == "list pins on bpffs that only a descriptor keeps");
        Assert.Contains(coverage.Namespaces.Gaps, g => g.What == "list network namespaces that only a socket keeps");
    }

    [Theory]
    [MemberData(nameof(BothWays))]
    public void A_look_serialises_and_reads_back_the_same(bool iterators)
    {
        Requires.RootAndBpf();
        using var lab = new Lab();
        lab.Netns();

        var look = Look.Once(iterators);
        var json = JsonSerializer.Serialize(look);
        var back = JsonSerializer.Deserialize<Observation>(json);

        Assert.NotEmpty(look.Interfaces);
        Assert.Equal(json, JsonSerializer.Serialize(back));
    }
}
