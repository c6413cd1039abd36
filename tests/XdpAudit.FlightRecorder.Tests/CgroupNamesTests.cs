using XdpAudit.Plugins.FlightRecorder;

namespace XdpAudit.FlightRecorder.Tests;

public sealed class CgroupNamesTests
{
    private const string Id = "7d3c0fbd1b0a4c3e8a6d5f4e3b2a190807f6e5d4c3b2a1908f7e6d5c4b3a2918";
    private const string Uid = "2f7a1c54-9d0e-4b7c-8a31-5e6f7a8b9c0d";
    private const string UidInSlices = "2f7a1c54_9d0e_4b7c_8a31_5e6f7a8b9c0d";

    [Theory]
    [InlineData($"/docker/{Id}", Id, null)]
    [InlineData($"/system.slice/docker-{Id}.scope", Id, null)]
    [InlineData($"/system.slice/docker-{Id}.scope/init.scope", Id, null)]
    [InlineData($"/machine.slice/libpod-{Id}.scope/container", Id, null)]
    [InlineData($"/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-{Id}.scope", Id, null)]
    [InlineData($"/libpod_parent/libpod-{Id}", Id, null)]
    [InlineData($"/machine.slice/libpod-conmon-{Id}.scope", null, null)]
    [InlineData($"/kubepods/burstable/pod{Uid}/{Id}", Id, Uid)]
    [InlineData($"/kubepods/pod{Uid}/crio-{Id}", Id, Uid)]
    [InlineData($"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod{UidInSlices}.slice/cri-containerd-{Id}.scope", Id, Uid)]
    [InlineData($"/kubepods.slice/kubepods-pod{UidInSlices}.slice/crio-{Id}.scope/container", Id, Uid)]
    [InlineData($"/kubepods.slice/kubepods-pod{UidInSlices}.slice/crio-conmon-{Id}.scope", null, Uid)]
    [InlineData($"/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-besteffort.slice/kubelet-kubepods-besteffort-pod{UidInSlices}.slice/cri-containerd-{Id}.scope", Id, Uid)]
    [InlineData($"/system.slice/containerd.service/kubepods-besteffort-pod{UidInSlices}.slice:cri-containerd:{Id}", Id, Uid)]
    [InlineData("/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod0123456789abcdef0123456789abcdef.slice", null, "0123456789abcdef0123456789abcdef")]
    [InlineData("/", null, null)]
    [InlineData("/system.slice/podman.service", null, null)]
    [InlineData("/user.slice/user-0.slice/session-3.scope", null, null)]
    [InlineData($"/my-pod{Uid}", null, null)]
    [InlineData("/docker/0123", null, null)]
    public void A_path_tells_the_container_and_pod_that_its_engine_named(string path, string? container, string? pod) =>
        Assert.Equal((container, pod), CgroupNames.Parse(path));

    [Fact]
    public void Of_containers_in_each_other_the_innermost_is_told()
    {
        var inner = new string('a', 64);

        Assert.Equal((inner, null), CgroupNames.Parse($"/docker/{Id}/docker/{inner}"));
        Assert.Equal((inner, Uid), CgroupNames.Parse($"/docker/{Id}/kubelet/kubepods/besteffort/pod{Uid}/{inner}"));
    }
}
