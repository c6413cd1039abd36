using XdpAudit.Abstractions;

namespace XdpAudit.Kernel.Tests;

public class RtnetlinkTests
{
    [Fact]
    public void An_answer_is_read_with_its_programs_in_every_mode()
    {
        var body = Link(7, up: true,
            Attribute(3, "va\u001b\0"u8.ToArray()),
            Attribute(1, [0x02, 0, 0, 0, 0, 0xab]),
            Attribute(18 | 0x8000, Attribute(1, "veth\0"u8.ToArray())),
            Attribute(43 | 0x8000, [.. Attribute(2, [4]), .. Attribute(5, [11, 0, 0, 0]), .. Attribute(6, [12, 0, 0, 0]), .. Attribute(7, [13, 0, 0, 0])]));

        var link = Rtnetlink.ParseLink(body, new(99))!;

        Assert.Equal((new NetnsCookie(99), new IfIndex(7), "va\\x1b", "veth", "02:00:00:00:00:ab", true), (link.Netns, link.IfIndex, link.Name, link.Kind, link.Address, link.Up));
        Assert.Equal([new(XdpMode.Native, new(11)), new(XdpMode.Generic, new(12)), new(XdpMode.Offload, new(13))], link.Xdp);
    }

    [Fact]
    public void An_older_kernel_tells_one_program_and_its_mode()
    {
        var link = Rtnetlink.ParseLink(Link(1, up: false, Attribute(43, [.. Attribute(2, [2]), .. Attribute(4, [11, 0, 0, 0])])), new(1))!;

        Assert.Equal([new(XdpMode.Generic, new(11))], link.Xdp);
        Assert.False(link.Up);
    }

    [Fact]
    public void An_answer_that_is_cut_anywhere_is_read_as_far_as_it_goes()
    {
        var body = Link(7, up: true, Attribute(3, "va\0"u8.ToArray()), Attribute(43, [.. Attribute(2, [1]), .. Attribute(5, [11, 0, 0, 0])]));

        for (var length = 0; length <= body.Length; length++)
        {
            Assert.Equal(length >= 16, Rtnetlink.ParseLink(body.AsSpan(0, length), new(1)) is not null);
        }
    }

    /// <summary>struct ifinfomsg and attributes.</summary>
    private static byte[] Link(byte index, bool up, params byte[][] attributes) =>
        [0, 0, 1, 0, index, 0, 0, 0, (byte)(up ? 1 : 0), 0, 0, 0, 0, 0, 0, 0, .. attributes.SelectMany(a => a)];

    private static byte[] Attribute(int type, byte[] value)
    {
        var length = value.Length + 4;
        return [(byte)length, (byte)(length >> 8), (byte)type, (byte)(type >> 8), .. value, .. new byte[(4 - (length % 4)) % 4]];
    }
}
