# connpolicy in an image of its own: one static program, no shell, no root.
#
#   docker build -t connpolicy .
#   docker run --rm -v "$PWD:/manifests:ro" connpolicy validate -R -f .
#
# Without arguments it is a KRM function: kustomize and kpt run images in this way.
#
# Tags are not pinned by digest here; a build that must be repeated byte for byte passes both images with theirs.
ARG GO_IMAGE=golang:1.26
ARG BASE_IMAGE=gcr.io/distroless/static:nonroot

FROM --platform=${BUILDPLATFORM} ${GO_IMAGE} AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
# With .git, from which Go takes the version.
COPY . .
ARG TARGETOS
ARG TARGETARCH
RUN CGO_ENABLED=0 GOOS=${TARGETOS} GOARCH=${TARGETARCH} go build -trimpath -ldflags="-s -w" -o /connpolicy .

FROM ${BASE_IMAGE}
LABEL org.opencontainers.image.title="connpolicy" \
      org.opencontainers.image.description="Compiler for connection policy: Gloo manifests to Istio, Envoy, kgateway and Envoy Gateway" \
      org.opencontainers.image.source="https://github.com/connpolicy/connpolicy" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /connpolicy /connpolicy
COPY LICENSE THIRD_PARTY_NOTICES /
USER 65532:65532
WORKDIR /manifests
ENTRYPOINT ["/connpolicy"]
CMD ["fn"]
