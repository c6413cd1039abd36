using System.Globalization;

namespace XdpAudit.Agent.Tests;

/// <summary>Notices wait on disk for the journal: in order, within a bound, across auditors, and not across boots.</summary>
public sealed class NoticeSpoolTests
{
    [Fact]
    public void What_was_put_in_is_given_oldest_first_until_it_is_removed()
    {
        using var folder = new Folder();
        using var spool = Notices.Open(folder.Spool);
        spool.Append(Notices.Many(1, 3));
        spool.Append([]);
        spool.Append(Notices.Many(4, 2));

        var first = spool.Peek(2);
        var again = spool.Peek(4);
        spool.Remove(3);
        var rest = spool.Peek(100);
        var left = spool.Count;
        spool.Remove(rest.Count);

        Assert.Equal(("1-2", "1-4", "4-5", 2), (Notices.Told(first), Notices.Told(again), Notices.Told(rest), left));
        Assert.Equivalent(Notices.Many(1, 4), again, strict: true);
        Assert.Equal((0, 0), (spool.Count, spool.Bytes));
        Assert.Empty(spool.Peek(1));
        Assert.Empty(folder.Segments);
    }

    [Fact]
    public void No_more_can_be_removed_than_was_given()
    {
        using var folder = new Folder();
        using var spool = Notices.Open(folder.Spool);
        spool.Append(Notices.Many(1, 3));
        spool.Peek(2);
        spool.Remove(1);

        Assert.Throws<ArgumentOutOfRangeException>(() => spool.Remove(2));

        Assert.Equal("2-3", Notices.Told(spool.Peek(9)));
    }

    [Fact]
    public void Segments_go_as_they_are_used_up()
    {
        using var folder = new Folder();
        using var spool = Notices.Open(folder.Spool, 1 << 20);
        spool.Append(Notices.Many(1, 3000));
        var segments = folder.Segments.Length;
        var sizes = folder.Segments.Sum(s => new FileInfo(s).Length);
        var bytes = spool.Bytes;

        var given = new List<KernelNotice>();
        var files = new List<int>();
        while (spool.Count > 0)
        {
            given.AddRange(spool.Peek(100).Take(70));
            spool.Remove(Math.Min(70, (int)spool.Count));
            files.Add(folder.Segments.Length);
        }

        Assert.InRange(segments, 4, 8);
        Assert.Equal(sizes, bytes);
        Assert.Equal("1-3000", Notices.Told(given));
        Assert.Equal(files.OrderDescending(), files);
        Assert.Equal(Enumerable.Range(0, segments).Reverse(), files.Where(f => f < segments).Distinct());
    }

    [Fact]
    public void The_next_auditor_goes_on_where_this_one_ended()
    {
        using var folder = new Folder();
        using (var spool = Notices.Open(folder.Spool))
        {
            spool.Append(Notices.Many(1, 1000));
            spool.Peek(400);
            spool.Remove(399);
        }

        using var next = Notices.Open(folder.Spool);
        next.Append(Notices.Many(1001, 10));

        Assert.Equal(611, next.Count);
        Assert.Equal("400-1010", Notices.Told(next.Peek(2000)));
    }

    [Fact]
    public void A_spool_that_was_emptied_stays_empty_for_the_next_auditor()
    {
        using var folder = new Folder();
        using (var spool = Notices.Open(folder.Spool))
        {
            spool.Append(Notices.Many(1, 10));
            spool.Peek(10);
            spool.Remove(10);
        }

        using var next = Notices.Open(folder.Spool);

        Assert.Equal(0, next.Count);
        Assert.Empty(next.Peek(1));
    }

    [Fact]
    public void Nobody_but_root_can_read_it()
    {
        using var folder = new Folder();
        Directory.CreateDirectory(folder.Spool, (UnixFileMode)Convert.ToInt32("777", 8));
        using var spool = Notices.Open(folder.Spool);
        spool.Append(Notices.Many(1, 1));

        Assert.Equal("700", Convert.ToString((int)File.GetUnixFileMode(folder.Spool), 8));
        Assert.All(Directory.GetFiles(folder.Spool), f => Assert.Equal("600", Convert.ToString((int)File.GetUnixFileMode(f), 8)));
    }

    [Fact]
    public void Two_auditors_cannot_have_it_at_once()
    {
        using var folder = new Folder();
        using var spool = Notices.Open(folder.Spool);
        spool.Append(Notices.Many(1, 3));

        Assert.Throws<IOException>(() => Notices.Open(folder.Spool));

        Assert.Equal("1-3", Notices.Told(spool.Peek(9)));
    }

    [Fact]
    public void Past_the_bound_notices_are_counted_and_one_loss_stands_for_them()
    {
        using var folder = new Folder();
        using var spool = Notices.Open(folder.Spool, 64 << 10);

        spool.Append(Notices.Many(1, 1000));
        spool.Append(Notices.Many(1001, 1000));
        var bytes = spool.Bytes;
        var given = spool.Peek(5000);

        var loss = Assert.IsType<LossNotice>(given[^1]);
        var kept = given.Count - 1;
        Assert.InRange(bytes, 60 << 10, 64 << 10);
        Assert.InRange(kept, 200, 600);
        Assert.Equal($"1-{kept} lost({2000 - kept}: {kept + 1}-2000)", Notices.Told(given));
        Assert.Equal("the disk space for notices that wait for the journal is used up", loss.Why);
        Assert.Equal((SensorTiers.Spool, spool.Count), (loss.Tier, given.Count));
    }

    [Fact]
    public void A_loss_stands_where_it_happened_once_there_is_room_again()
    {
        using var folder = new Folder();
        using var spool = Notices.Open(folder.Spool, 64 << 10);
        spool.Append(Notices.Many(1, 1000));
        var kept = spool.Peek(1000).Count - 1;
        spool.Remove(kept - 10);

        spool.Append(Notices.Many(1001, 5));

        Assert.Equal(16, spool.Count);
        Assert.Equal($"{kept - 9}-{kept} lost({1000 - kept}: {kept + 1}-1000) 1001-1005", Notices.Told(spool.Peek(1000)));
    }

    [Fact]
    public void A_loss_that_is_not_yet_in_a_segment_is_known_to_the_next_auditor()
    {
        using var folder = new Folder();
        int kept;
        using (var spool = Notices.Open(folder.Spool, 64 << 10))
        {
            spool.Append(Notices.Many(1, 1000));
            kept = spool.Peek(1000).Count - 1;
        }

        using (var next = Notices.Open(folder.Spool, 64 << 10))
        {
            next.Append(Notices.Many(1001, 5));

            Assert.Equal($"1-{kept} lost({1005 - kept}: {kept + 1}-1005)", Notices.Told(next.Peek(1000)));
        }
    }

    [Fact]
    public void A_loss_that_was_given_is_removed_as_it_was_given_though_more_was_lost_meanwhile()
    {
        using var folder = new Folder();
        using var spool = Notices.Open(folder.Spool, 64 << 10);
        spool.Append(Notices.Many(1, 1000));
        var given = spool.Peek(1000);
        spool.Append(Notices.Many(1001, 50));

        spool.Remove(given.Count);
        var rest = Notices.Told(spool.Peek(10));
        spool.Append(Notices.Many(1051, 2));

        Assert.Equal("lost(50: 1001-1050)", rest);
        Assert.Equal("lost(50: 1001-1050) 1051-1052", Notices.Told(spool.Peek(10)));
    }

    [Fact]
    public void A_loss_that_was_given_and_then_written_to_a_segment_is_not_given_again()
    {
        using var folder = new Folder();
        using var spool = Notices.Open(folder.Spool, 64 << 10);
        spool.Append(Notices.Many(1, 1000));
        spool.Peek(1000);
        spool.Remove((int)spool.Count - 1);
        var loss = spool.Peek(10);
        spool.Append(Notices.Many(1001, 2));

        spool.Remove(1);

        Assert.IsType<LossNotice>(Assert.Single(loss));
        Assert.Equal("1001-1002", Notices.Told(spool.Peek(10)));
    }

    [Fact]
    public void Losses_that_could_not_be_kept_either_are_added_up()
    {
        using var folder = new Folder();
        using var spool = Notices.Open(folder.Spool, 10);

        spool.Append([new LossNotice(41, 3, "the ring was full") { BootNs = 9, Tier = SensorTiers.Tracing, Actor = new Actor.Unknown("lost") }, Notices.One(10)]);

        Assert.Equal("lost(42: 3-10)", Notices.Told(spool.Peek(10)));
    }

    [Fact]
    public void Notices_of_another_boot_are_dropped_and_told_as_one_loss()
    {
        using var folder = new Folder();
        using (var spool = Notices.Open(folder.Spool, 64 << 10))
        {
            spool.Append(Notices.Many(1, 1000));
            spool.Peek(20);
            spool.Remove(20);
        }

        using var next = Notices.Open(folder.Spool, 64 << 10, "another");
        next.Append(Notices.Many(1, 3));
        var given = next.Peek(1000);

        Assert.Equal("lost(980: 0-0) 1-3", Notices.Told(given));
        Assert.Equal("the host was started again before they could be written into the journal", ((LossNotice)given[0]).Why);
        Assert.Single(folder.Segments);
    }

    [Fact]
    public void An_empty_spool_of_another_boot_has_nothing_to_tell()
    {
        using var folder = new Folder();
        using (var spool = Notices.Open(folder.Spool))
        {
            spool.Append(Notices.Many(1, 10));
            spool.Peek(10);
            spool.Remove(10);
        }

        using var next = Notices.Open(folder.Spool, boot: "another");

        Assert.Empty(next.Peek(10));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Whatever_is_done_with_it_every_notice_is_given_once_and_in_order_or_counted(int seed)
    {
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}"));
        var random = new Random(seed);
        using var folder = new Folder();
        var spool = Notices.Open(folder.Spool, 64 << 10);
        var put = 0;
        ulong got = 0;
        var (losses, kept) = (0, 0);
        for (var step = 0; step < 2000 || spool.Count > 0; step++)
        {
            switch (random.Next(10))
            {
                case < 4 when step < 2000:
                    Put();
                    break;
                case 4:
                    spool.Dispose();
                    spool = Notices.Open(folder.Spool, 64 << 10);
                    break;
                default:
                    var given = spool.Peek(random.Next(1, 120));
                    if (random.Next(3) == 0 && step < 2000)
                    {
                        Put();
                    }

                    var removed = random.Next(given.Count + 1);
                    spool.Remove(removed);
                    foreach (var notice in given.Take(removed))
                    {
                        var first = notice is LossNotice l ? l.SinceBootNs : notice.BootNs;
                        Assert.Equal(got + 1, first);
                        Assert.Equal(notice is LossNotice { Count: { } count } ? count : 1, notice.BootNs - first + 1);
                        got = notice.BootNs;
                        (losses, kept) = notice is LossNotice ? (losses + 1, kept) : (losses, kept + 1);
                    }

                    break;
            }

            Assert.InRange(spool.Bytes, 0, 64 << 10);
        }

        spool.Dispose();
        Assert.Equal((ulong)put, got);
        Assert.True(losses > 5 && kept > 5000, $"{losses} losses, {kept} kept");

        void Put()
        {
            var count = random.Next(1, 90);
            spool.Append(Notices.Many(put + 1, count));
            put += count;
        }
    }
}
