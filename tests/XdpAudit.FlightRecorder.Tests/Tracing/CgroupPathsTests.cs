using XdpAudit.Plugins.FlightRecorder;

namespace XdpAudit.FlightRecorder.Tests;

public sealed class CgroupPathsTests
{
    private static readonly string Root = File.Exists("/sys/fs/cgroup/unified/cgroup.procs") ? "/sys/fs/cgroup/unified" : "/sys/fs/cgroup";

    [Fact]
    public void A_process_in_the_cgroup_of_a_container_is_told_with_cgroup_and_container()
    {
        Requires.RootAndBpf();
        Assert.SkipUnless(File.Exists(Root + "/cgroup.procs"), "needs a mounted cgroup2");
        using var lab = new Lab();
        var storm = lab.CompileC("storm", Storm.LoadClose);
        var id = string.Concat(Enumerable.Repeat("0123456789abcdef", 4));
        var cgroup = Directory.CreateDirectory($"{Root}/{lab.Name}");
        try
        {
            var container = cgroup.CreateSubdirectory($"docker-{id}.scope");
            try
            {
                using var recording = new Recording();

                var child = Child.Run("sh", "-c", $"echo $$ > {container.FullName}/cgroup.procs; exec {storm} 1");

                var who = Recording.Identity(recording.One<ProgramLoadNotice>(Recording.By(child.Pid)))!;
                Assert.Equal(($"/{lab.Name}/docker-{id}.scope", id, null), (who.Cgroup, who.Container, who.Pod));
                Assert.Null(who.NotKnown);
            }
            finally
            {
                container.Delete();
            }
        }
        finally
        {
            cgroup.Delete();
        }
    }

    [Fact]
    public void A_cgroup_that_is_gone_is_said_to_be()
    {
        Requires.RootAndBpf();
        using var paths = new CgroupPaths();

        var path = paths.Find(ulong.MaxValue - 7);

        Assert.Null(path.Path);
        Assert.Contains("it is gone", path.Why, StringComparison.Ordinal);
    }
}
