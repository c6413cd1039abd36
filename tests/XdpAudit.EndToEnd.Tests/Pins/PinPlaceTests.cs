using System.Diagnostics;

namespace XdpAudit.EndToEnd.Tests;

/// <summary>Where operations pin when nobody says where: in the host's bpffs, and where the host has none in one of the auditor's own.</summary>
public sealed class PinPlaceTests(OneAuditor one) : OwnScene(one)
{
    // A machine of which only /run and the place of the bpffs are others: nothing of it is there for anybody else.
    private const string Bare = "mount -t tmpfs none /run\nwhile umount -l /sys/fs/bpf 2>/dev/null; do :; done\n";


    [Theory]
    [InlineData("mount -t bpf bpf /sys/fs/bpf", "/sys/fs/bpf/xdpaudit", "ok", "mounted at /sys/fs/bpf")]
    [InlineData("", "/run/xdpaudit/bpf", "note", "not mounted at /sys/fs/bpf; operations pin in a bpffs of the auditor's own, or where --bpffs says")]
    [InlineData("mount -t bpf bpf /sys/fs/bpf && mount -t tmpfs none /sys/fs/bpf", "/run/xdpaudit/bpf", "note", "not mounted at /sys/fs/bpf; operations pin in a bpffs of the auditor's own, or where --bpffs says")]
    public void What_is_pinned_outlives_the_auditor_and_is_nowhere_else_on_the_machine(string bpffs, string place, string state, string found)
    {
        var before = OfThisMachine();
        var mounts = Kept(new OwnMounts(Bare + bpffs));
        Watcher = AuditorProcess.StartIn(House, mounts, ownPlace: false);

        var check = Asked("xdpaudit doctor").GetProperty("checks").EnumerateArray().Single(c => c.GetProperty("name").GetString() == "bpffs");
        var program = Asked($"xdpaudit program load {Tools.GuardObject} --program guard").GetProperty("program_id").GetUInt32();
        var pin = Assert.Single(Program(program).Pins).Value;

        Assert.Equal((state, found), (check.GetProperty("state").GetString(), check.GetProperty("found").GetString()));
        Assert.Equal(place, Path.GetDirectoryName(pin));
        Assert.Equal("bpf_fs", Shell.Run("stat", "-f", "-c", "%T", mounts.Outside(place)).Trim());
        Assert.Equal(place.EndsWith("/bpf", StringComparison.Ordinal) ? "1700" : "700", Shell.Run("stat", "-c", "%a", mounts.Outside(place)).Trim()); // the root of a bpffs is sticky
        Assert.False(File.Exists(pin));

        Look();
        var told = Told(ProgramHistory(program));
        Assert.Equal(0, Watcher.Stop());
        Assert.True(File.Exists(mounts.Outside(pin)));
        Assert.True(Leak.Exists("prog", program));
        End();
        Watcher = AuditorProcess.StartIn(House, mounts, ownPlace: false);

        Assert.Equal((ProgramStates.Retained, pin), (Program(program).State, Assert.Single(Program(program).Pins).Value));
        Assert.Equal(told, Told(ProgramHistory(program)));

        End();
        mounts.Dispose();
        for (var waited = Stopwatch.StartNew(); Leak.Exists("prog", program);)
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(10), "its bpffs is gone, and the program is not");
        }

        Assert.Equal(before, OfThisMachine());
    }

    private void End()
    {
        Auditor.Dispose();
        Watcher = null;
    }

    // Mounts and entries of the real machine.
    private static List<string> OfThisMachine() =>
    [
        .. File.ReadLines("/proc/self/mountinfo").Select(m => m.Split(' ')[4]).Where(m => m.StartsWith("/sys/fs/bpf", StringComparison.Ordinal) || m.StartsWith("/run/xdpaudit", StringComparison.Ordinal)),
        .. Directory.Exists("/run/xdpaudit") ? Directory.GetFileSystemEntries("/run/xdpaudit").Order(StringComparer.Ordinal).ToArray() : [],
        .. Directory.GetFileSystemEntries("/sys/fs/bpf").Order(StringComparer.Ordinal),
    ];
}
