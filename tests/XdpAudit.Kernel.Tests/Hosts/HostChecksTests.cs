using XdpAudit.Testing;

namespace XdpAudit.Kernel.Tests;

public class HostChecksTests
{
    [Fact]
    public void As_root_on_a_kernel_with_BTF_everything_that_looking_needs_is_there()
    {
        Requires.RootAndBpf();

        var checks = HostChecks.Run();
        var needed = checks.Where(c => c.Name is "capabilities" or "kernel BTF" or "bpf(2) enumeration" or "libbpf" || c.Name.StartsWith("iterator ", StringComparison.Ordinal)).ToList();

        Assert.Equal(BpfIterators.Names.Length + 4, needed.Count);
        Assert.All(needed, c => Assert.True(c.Ok, $"{c.Name}: {c.Found}"));
        Assert.All(checks, c => Assert.True(c.Ok || !string.IsNullOrEmpty(c.Remedy), c.Name));
        Assert.Equal(checks.Count, checks.Select(c => c.Name).Distinct().Count());
    }

    [Theory]
    [InlineData("Name:\tx\nCapEff:\t000001fffeffffff\nCapBnd:\t0\n", 0x1fffeffffffUL)]
    [InlineData("CapEff:\t0000000000000000\n", 0UL)]
    public void Capabilities_are_read_from_the_effective_set(string status, ulong expected)
    {
        Assert.True(Capabilities.TryParse(status, out var effective));
        Assert.Equal(expected, effective);
    }
}
