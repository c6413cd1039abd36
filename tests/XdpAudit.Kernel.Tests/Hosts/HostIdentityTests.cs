using XdpAudit.Testing;

namespace XdpAudit.Kernel.Tests;

public class HostIdentityTests
{
    [Fact]
    public void The_boot_is_known_by_thirty_two_digits()
    {
        var expected = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim().Replace("-", "", StringComparison.Ordinal);

        Assert.Equal(expected, HostIdentity.ReadBoot().Value);
    }

    [Fact]
    public void The_first_file_with_an_id_names_the_host()
    {
        using var lab = new Lab();
        var (empty, good) = ($"{lab.Folder}/empty", $"{lab.Folder}/good");
        File.WriteAllText(empty, "uninitialized\n");
        File.WriteAllText(good, "0123456789ABCDEF0123456789abcdef\n");

        Assert.Equal("0123456789abcdef0123456789abcdef", HostIdentity.ReadHost([$"{lab.Folder}/none", empty, good]).Value);
    }

    [Fact]
    public void A_host_without_an_id_is_refused_with_the_next_step()
    {
        var refused = Assert.Throws<KernelException>(() => HostIdentity.ReadHost(["/nonexistent/machine-id"]));

        Assert.Equal(("/nonexistent/machine-id", Errno.ENOENT), (refused.On, refused.Errno));
        Assert.Contains("systemd-machine-id-setup", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_observer_gives_a_program_the_same_load_time_at_every_look()
    {
        Requires.RootAndBpf();
        using var observer = Look.Observer();

        var first = observer.Observe(TestContext.Current.CancellationToken);
        var second = observer.Observe(TestContext.Current.CancellationToken);

        Assert.Equal(first.BootedAt, second.BootedAt);
        Assert.Equal(TimeSpan.Zero, first.BootedAt.Offset);
        Assert.InRange(first.BootedAt.ToUnixTimeSeconds() - BootSeconds(), -1, 1);
        Assert.NotEqual(first.Id, second.Id);
    }

    private static long BootSeconds() =>
        long.Parse(File.ReadLines("/proc/stat").Single(l => l.StartsWith("btime ", StringComparison.Ordinal))[6..], System.Globalization.CultureInfo.InvariantCulture);
}
