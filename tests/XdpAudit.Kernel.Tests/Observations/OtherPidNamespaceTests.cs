using XdpAudit.Testing;

namespace XdpAudit.Kernel.Tests;

/// <summary>Run in the host's pid namespace, this starts itself again in one of its own and looks there.</summary>
public class OtherPidNamespaceTests
{
    [Fact]
    public void In_a_pid_namespace_of_its_own_a_look_says_that_processes_outside_are_not_seen()
    {
        Requires.RootAndBpf();
        if (PidNamespace.IsInitial("/proc"))
        {
            var answer = Shell.Try(
                "unshare", "--pid", "--fork", "--kill-child", "--mount-proc", Environment.ProcessPath!, "-noColor", "-method",
                $"{typeof(OtherPidNamespaceTests).FullName}.{nameof(In_a_pid_namespace_of_its_own_a_look_says_that_processes_outside_are_not_seen)}");

            Assert.True(answer.ExitCode == 0 && answer.Output.Contains("Total: 1, Errors: 0, Failed: 0, Skipped: 0", StringComparison.Ordinal), answer.Output + answer.Errors);
            return;
        }

        var look = Look.Once();

        Assert.True(look.Coverage.Programs.Complete, Look.Gaps(look));
        Assert.False(look.Coverage.Holders.Complete);
        Assert.False(look.Coverage.Namespaces.Complete);
        Assert.Contains(look.Coverage.Holders.Gaps, g => g.Why == Words.NotInitialPidNamespace);
        Assert.All(look.Descriptors, d => Assert.True(Directory.Exists($"/proc/{d.Process.Pid}")));
    }
}
