namespace XdpAudit.Agent.Tests;

/// <summary>A disk without room, made of a small tmpfs that goes with the test.</summary>
public sealed class NoticeSpoolFullDiskTests
{
    [Fact]
    public void On_a_full_disk_notices_are_counted_and_taken_again_when_there_is_room()
    {
        Requires.RootAndBpf();
        using var lab = new Lab();
        var disk = Disk(lab, "size=192k");
        using var spool = Notices.Open($"{disk}/spool", 64 << 20);

        for (var i = 0; i < 50; i++)
        {
            spool.Append(Notices.Many((i * 40) + 1, 40));
        }

        var given = spool.Peek(5000);
        var kept = given.Count - 1;
        spool.Remove(kept);
        spool.Append(Notices.Many(2001, 2));

        Assert.InRange(kept, 400, 1200);
        Assert.Equal(0, kept % 40);
        Assert.Equal($"1-{kept} lost({2000 - kept}: {kept + 1}-2000)", Notices.Told(given));
        Assert.Equal("the disk is full", ((LossNotice)given[^1]).Why);
        Assert.Equal($"lost({2000 - kept}: {kept + 1}-2000) 2001-2002", Notices.Told(spool.Peek(5000)));
    }

    [Fact]
    public void What_a_full_disk_took_of_a_record_is_taken_back_and_what_was_lost_is_known_to_the_next_auditor()
    {
        Requires.RootAndBpf();
        using var lab = new Lab();
        var disk = Disk(lab, "size=192k");
        int kept;
        using (var spool = Notices.Open($"{disk}/spool", 64 << 20))
        {
            spool.Append(Notices.Many(1, 300));
            spool.Append(Notices.Many(301, 3000));
            kept = spool.Peek(5000).Count - 1;
        }

        var size = new DirectoryInfo($"{disk}/spool").EnumerateFiles("*.notices").Sum(f => f.Length);
        using var next = Notices.Open($"{disk}/spool", 64 << 20);

        Assert.Equal((300, next.Bytes), (kept, size));
        Assert.Equal("1-300 lost(3000: 301-3300)", Notices.Told(next.Peek(5000)));
    }

    [Theory]
    [InlineData("size=64k")]
    [InlineData("size=64k,nr_inodes=3")]
    public void A_disk_that_is_full_from_the_beginning_does_not_keep_it_from_counting(string options)
    {
        Requires.RootAndBpf();
        using var lab = new Lab();
        var disk = Disk(lab, options);
        Shell.Try("dd", "if=/dev/zero", $"of={disk}/ballast", "bs=4k");

        using var spool = Notices.Open($"{disk}/spool", 64 << 20);
        spool.Append(Notices.Many(1, 10));
        var full = Notices.Told(spool.Peek(100));
        File.Delete($"{disk}/ballast");
        spool.Append(Notices.Many(11, 2));

        Assert.Equal("lost(10: 1-10)", full);
        Assert.Equal("lost(10: 1-10) 11-12", Notices.Told(spool.Peek(100)));
    }

    private static string Disk(Lab lab, string options)
    {
        var disk = Directory.CreateDirectory($"{lab.Folder}/disk").FullName;
        Shell.Run("mount", "-t", "tmpfs", "-o", options, "tmpfs", disk);
        return disk;
    }
}
