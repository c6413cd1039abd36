using XdpAudit.Testing;

namespace XdpAudit.Kernel.Tests;

/// <summary>Run by root, each of these starts itself again as nobody and looks there.</summary>
public class UnprivilegedLookTests
{
    public static TheoryData<bool> BothWays => Look.BothWays;

    [Theory]
    [MemberData(nameof(BothWays))]
    public void Without_any_capability_a_look_tells_what_it_could_not_see_and_never_throws(bool iterators)
    {
        Requires.Tool("setpriv");
        if (Environment.UserName == "root")
        {
            using var lab = new Lab();
            var answer = Shell.Try(
                "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", Shipped.ForAnyone(Environment.ProcessPath!, lab.Folder), "-noColor", "-method",
                $"{typeof(UnprivilegedLookTests).FullName}.{nameof(Without_any_capability_a_look_tells_what_it_could_not_see_and_never_throws)}");

            Assert.True(answer.ExitCode == 0 && answer.Output.Contains("Total: 2, Errors: 0, Failed: 0, Skipped: 0", StringComparison.Ordinal), answer.Output + answer.Errors);
            return;
        }

        var look = Look.Once(iterators);
        var parts = look.Coverage.Parts().ToDictionary(p => p.Name, p => p.Part);

        Assert.All(new[] { "programs", "links", "maps", "holders" }, p => Assert.False(parts[p].Complete, p));
        Assert.All(parts.Values.SelectMany(p => p.Gaps), g => Assert.False(string.IsNullOrWhiteSpace(g.What) || string.IsNullOrWhiteSpace(g.Why)));
        Assert.Contains(parts["programs"].Gaps, g => g.Errno == Errno.EPERM);
        Assert.NotEmpty(look.Interfaces);
        Assert.Contains(HostChecks.Run(), c => !c.Ok);
    }
}
