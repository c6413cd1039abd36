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
